throw new Error('the model folder is empty');
